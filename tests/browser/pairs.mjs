// Which combinations of size, appearance, language and state are looked at: twelve, so that every two choices meet.
// It knows no screen.

/** The sizes of a phone, a tablet and a desktop, in CSS pixels. */
export const SIZES = [
  { name: 'phone-390x844', width: 390, height: 844 },
  { name: 'tablet-820x1180', width: 820, height: 1180 },
  { name: 'desktop-1440x900', width: 1440, height: 900 },
];

export const THEMES = ['light', 'dark'];

export const LANGUAGES = ['da', 'en'];

/** Nothing wrong, nothing there, no network, and things gone wrong. */
export const STATES = ['full', 'empty', 'offline', 'error'];

/** Every size meets every state; each of the two meets both themes and both languages, and so do these each other. */
export const PAIRS = STATES.flatMap((state, row) =>
  SIZES.map((size, column) => ({
    state,
    size,
    theme: THEMES[(row + column) % 2],
    language: LANGUAGES[(Math.floor(row / 2) + column) % 2],
  })),
);
