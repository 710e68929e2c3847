import { stripTypeScriptTypes } from 'node:module';

/** Jest's TypeScript transform: strips types exactly as Node does when it runs the sources, so tests run what production runs. */
export default {
  process: (source) => ({ code: stripTypeScriptTypes(source) }),
};
