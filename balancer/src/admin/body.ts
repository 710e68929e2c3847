import express from 'express';

/** The longest body of a request, in bytes. */
export const longestBody = 4096;

/** Reads a JSON body of any kind; see errors.ts for what is said to one that is none, or too long. A packed one could be a bomb. */
export const jsonBody = express.json({ limit: longestBody, strict: false, inflate: false });
