/** What a balancer says when something went wrong inside it, or when a thread of it is gone. */
const words = /a mistake inside the balancer|ended with a mistake|unhandledRejection|Uncaught|Error: .*\n +at |RangeError|TypeError/;

/** The notes in a balancer's JSON log that tell of its own mistakes, each in a line: the error and where it came from. */
export function mistakesIn(output: string): string[] {
  const notes = output.split('\n').flatMap((line) => {
    if (!line.startsWith('{"time"')) return [];
    const { message } = JSON.parse(line) as { message?: string };
    return message !== undefined && words.test(message) ? [shortened(message)] : [];
  });
  // What Node itself prints when nobody catches an error.
  const dying = /^(?:Uncaught |node:internal.*\n)[\s\S]{0,2000}/m.exec(output);
  return dying ? [...notes, shortened(dying[0])] : notes;
}

function shortened(message: string): string {
  const [first = '', ...others] = message.split('\n');
  const frames = others.map((line) => /at (?:(\S+) \()?.*?([^/(]+:\d+):\d+\)?$/.exec(line)).filter((frame) => frame !== null);
  return [first, ...frames.slice(0, 4).map(([, name = '', place]) => `${name} ${place}`.trim())].join(' < ');
}
