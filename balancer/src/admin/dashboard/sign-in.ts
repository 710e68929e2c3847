import { byId, say } from './elements.ts';
import { keepToken, token } from './wire/token.ts';

/** Asks for the admin token, where the balancer wants one; resolves when somebody has given it. */
export function signIn(): Promise<void> {
  const form = byId('sign-in') as HTMLFormElement;
  const field = byId('token') as HTMLInputElement;
  say(byId('token-note'), token() === '' ? '' : 'That is not the token of this balancer.');
  form.hidden = false;
  byId('main').hidden = true;
  field.focus();
  return new Promise((resolve) => {
    form.addEventListener(
      'submit',
      (event) => {
        event.preventDefault();
        keepToken(field.value);
        field.value = '';
        form.hidden = true;
        byId('main').hidden = false;
        resolve();
      },
      { once: true },
    );
  });
}
