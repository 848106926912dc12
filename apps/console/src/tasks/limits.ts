/**
 * Limits of the HTTP API that the interface enforces as well. Copies of the protocol's numbers: its
 * module of schemas would bring the whole schema library into the bundle. A test compares them.
 */
export const TITLE_MAX = 200;
export const TEXT_MAX = 100_000;
