/** Where in the conversation something that is sent belongs. */
export interface Sending {
  /** The message that it follows. */
  readonly parent?: string;
  /** The message that it is another version of. */
  readonly forkOf?: string;
  /** The Run that it goes on with. */
  readonly runId?: string;
  /** The Run that it makes an end of. */
  readonly supersedes?: string;
  readonly role: string;
}
