/** A chart that can't be rendered with the values given, in Helm's words. */
export class ChartError extends Error {}
