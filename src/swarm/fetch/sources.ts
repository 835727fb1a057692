/** Somebody who gives bytes. */
export interface Source {
  readonly receivedBytes: number;
  close(): void;
}

/** Sources that may become more while they are asked: some are still being connected to, others are named on the way. */
export class Sources<S extends Source> {
  private readonly list: S[] = [];
  private readonly onClose: (() => void)[] = [];
  private searches = 0;
  private isClosed: boolean = false;
  private change: PromiseWithResolvers = withResolvers();

  constructor(sources: readonly S[] = []) {
    for (const source of sources) this.add(source);
  }

  get all(): readonly S[] {
    return this.list;
  }

  /** Whether more may come of what has begun. */
  get isSearching(): boolean {
    return this.searches > 0;
  }

  /** Everything that came over the wire. */
  get receivedBytes(): number {
    return this.list.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);
  }

  add(source: S): void {
    if (this.isClosed) {
      source.close();
      return;
    }
    this.list.push(source);
    this.tellChange();
  }

  /** Waits for what may bring more; it never rejects. */
  search(search: Promise<void>): void {
    this.searches += 1;
    const end = (): void => {
      this.searches -= 1;
      this.tellChange();
    };
    search.then(end, end);
  }

  /** Resolves when one comes, or a search ends. */
  changed(): Promise<void> {
    return this.change.promise;
  }

  whenClosed(then: () => void): void {
    this.onClose.push(then);
  }

  close(): void {
    this.isClosed = true;
    for (const then of this.onClose.splice(0)) then();
    for (const source of this.list) source.close();
  }

  private tellChange(): void {
    const { resolve } = this.change;
    this.change = withResolvers();
    resolve();
  }
}

interface PromiseWithResolvers {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

function withResolvers(): PromiseWithResolvers {
  let resolve = (): void => {};
  const promise = new Promise<void>((then) => {
    resolve = then;
  });
  return { promise, resolve };
}
