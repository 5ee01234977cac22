export function goodsSamples() { return []; }
