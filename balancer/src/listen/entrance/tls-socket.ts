import { Socket } from 'node:net';
import { TLSSocket, type TLSSocketOptions } from 'node:tls';

/** What Node itself sets before it destroys a socket, so that this becomes a reset. */
type Resettable = Socket & { resetAndClosing?: boolean };

/** What Node's server over TLS calls once a handshake is done: errors are told from then on, as those of any socket. */
type Controlled = { _releaseControl(): void; secureConnecting: boolean };

const nothing = Buffer.alloc(0);

/** The server's end of a connection over TLS, on top of one over TCP. It may be cut as that may be. */
export class TlsSocket extends TLSSocket {
  readonly #below: Resettable;

  constructor(below: Socket, options: TLSSocketOptions) {
    super(below, { ...options, isServer: true });
    this.#below = below;
    // Whatever ends the socket below ends this one, which ends that in turn: what OpenSSL still works on would be gone otherwise.
    below.destroy = (error?: Error) => {
      if (this.destroyed) Socket.prototype.destroy.call(below, error);
      else this.destroy(error);
      return below;
    };
  }

  /** Has the system say whether there was a reset: nothing is written, and to write that fails then. Over TLS, Node would not hear of it. */
  writeNothing(): void {
    this.#below.write(nothing);
  }

  /** To be called when the handshake is done. */
  release(): void {
    const controlled = this as unknown as Controlled;
    controlled._releaseControl();
    // Else a session of HTTP/2 would wait for the handshake.
    controlled.secureConnecting = false;
  }

  /**
   * Ends by a reset, with no word of TLS before it (close_notify, RFC 8446 §6.1), so that what was sent doesn't look whole. The socket below
   * must not be destroyed by itself: what OpenSSL still works on would be gone.
   */
  override resetAndDestroy(): this {
    this.#below.resetAndClosing = true;
    return this.destroy();
  }
}
