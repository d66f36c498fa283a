/** A value as Grafana would show it in that unit: short, and readable beside others. */
export function showValue(value, unit) {
  if (value === null || value === undefined || Number.isNaN(value)) return 'no data';
  switch (unit) {
    case 'percentunit':
      return `${short(value * 100)} %`;
    case 's':
      return showSeconds(value);
    case 'bytes':
      return scaled(value, ['B', 'KiB', 'MiB', 'GiB'], 1024);
    case 'binBps':
      return `${scaled(value, ['B', 'KiB', 'MiB', 'GiB'], 1024)}/s`;
    case 'cps':
    case 'reqps':
      return `${short(value)} /s`;
    case 'bool_yes_no':
      return value === 0 ? 'no' : 'yes';
    default:
      return scaled(value, ['', 'k', 'M', 'G'], 1000);
  }
}

function showSeconds(value) {
  const size = Math.abs(value);
  if (size === 0) return '0 s';
  if (size < 0.001) return `${short(value * 1e6)} µs`;
  if (size < 1) return `${short(value * 1e3)} ms`;
  if (size < 120) return `${short(value)} s`;
  return size < 7_200 ? `${short(value / 60)} min` : `${short(value / 3_600)} h`;
}

function scaled(value, names, base) {
  let [left, at] = [value, 0];
  while (Math.abs(left) >= base && at < names.length - 1) [left, at] = [left / base, at + 1];
  return `${short(left)}${names[at] === '' ? '' : ` ${names[at]}`}`;
}

function short(value) {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 100) return value.toFixed(0);
  return String(Number(value.toPrecision(size >= 10 ? 3 : 2)));
}
