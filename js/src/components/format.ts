/** How long something took, in one or two units. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  return seconds < 10 ? `${seconds.toFixed(1)} s` : inUnits(Math.round(seconds));
}

/** A time that is still going on, in whole seconds, so that it does not flicker. */
export function runningText(ms: number): string {
  return inUnits(Math.floor(Math.max(0, ms) / 1000));
}

/** The time of day, with the day before it when that is not today. */
export function clockText(at: number, now = Date.now()): string {
  const time = new Date(at);
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}`;
  if (time.toDateString() === new Date(now).toDateString()) return clock;
  const isThisYear = time.getFullYear() === new Date(now).getFullYear();
  const day = time.toLocaleDateString('en', { day: 'numeric', month: 'short' });
  return `${day}${isThisYear ? '' : ` ${time.getFullYear()}`}, ${clock}`;
}

export function fullTimeText(at: number): string {
  const time = new Date(at);
  const seconds = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  return `${time.toLocaleDateString('en', { dateStyle: 'full' })}, ${seconds}`;
}

export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

/** The first `most` characters, never half of a surrogate pair. */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  const last = text.charCodeAt(most - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? most - 1 : most);
}

function two(part: number): string {
  return String(part).padStart(2, '0');
}

function inUnits(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min${andMore(seconds % 60, 's')}`;
  return `${Math.floor(minutes / 60)} h${andMore(minutes % 60, 'min')}`;
}

function andMore(count: number, unit: string): string {
  return count === 0 ? '' : ` ${count} ${unit}`;
}
