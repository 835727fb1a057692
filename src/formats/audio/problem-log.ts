/** How many problems a report spells out; the rest are counted. */
export const MAX_REPORTED_PROBLEMS = 100;

/** The first problems of a file, in the order they were met, and how many there were in all. */
export class ProblemLog<Problem> {
  #problems: Problem[] = [];
  #count = 0;

  add(problem: Problem): void {
    this.#count++;
    if (this.#problems.length < MAX_REPORTED_PROBLEMS) this.#problems.push(problem);
  }

  get count(): number {
    return this.#count;
  }

  get problems(): readonly Problem[] {
    return this.#problems;
  }
}
