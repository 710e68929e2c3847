import type { LabRequest } from './frame.ts';
import { Laboratory } from './laboratory.ts';

const laboratory = new Laboratory();

addEventListener('message', ({ data: { id, request } }: MessageEvent<{ id: number; request: LabRequest }>) => {
  try {
    postMessage({ id, value: laboratory.answer(request) });
  } catch (error) {
    postMessage({ id, error: (error as Error).message });
  }
});
