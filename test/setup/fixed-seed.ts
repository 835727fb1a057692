/**
 * Property tests look for new cases on every run of a developer, and repeat the same ones in continuous integration: there
 * a change is judged by what it changed, not by what chance finds in the rest.
 */
if (process.env.CI === "true") {
  const { configureGlobal } = await import("fast-check");
  configureGlobal({ seed: 20_261_126 });
}
