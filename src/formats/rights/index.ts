/** Licences and copyright files: what a text about rights says, as values. Judging it is for the stage `rights`. */
export * from "./dep5.ts";
export * from "./licence-expression.ts";
export * from "./licence-terms.ts";
export * from "./normalise-licence.ts";
export * from "./package-copyright.ts";
export { COUNTRY_CODES, isCountryCode } from "./territories.ts";
