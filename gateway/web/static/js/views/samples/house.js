export function houseSamples() { return []; }
