/** The longest name looked up; real ones are under 40 characters, model names under 150. */
export const NAME_LENGTH_MAX = 256;
