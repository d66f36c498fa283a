/** What Redis answered in place of a result. Holds the words of the answer alone: no command and no arguments. */
export class RedisReplyError extends Error {
  constructor(message: string) {
    super(message.slice(0, 200));
    this.name = 'RedisReplyError';
  }
}
