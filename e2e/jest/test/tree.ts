/** What a test file may carve something into. */
export const tree = { marks: 0 };
