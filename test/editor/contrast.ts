/** Contrast of two colours as WCAG 2 defines it: relative luminance, from 1 (the same) to 21 (black on white). */
export type Rgb = readonly [number, number, number];

/** `rgb(1, 2, 3)`, `rgba(…, 1)`, `color(srgb 0.1 0.2 0.3)` or `#aabbcc`. */
export function rgb(text: string): Rgb {
  const hex = /^#(..)(..)(..)$/.exec(text);
  if (hex) return [hex[1], hex[2], hex[3]].map((part) => Number.parseInt(part ?? '', 16)) as unknown as Rgb; // Three by the pattern.
  const numbers = (text.replace(/^color\(srgb/, '').match(/[\d.]+/g) ?? []).map(Number);
  const [r = 0, g = 0, b = 0] = text.startsWith('color') ? numbers.map((part) => part * 255) : numbers;
  return [r, g, b];
}

export function contrast(one: Rgb, other: Rgb): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

function luminance(colour: Rgb): number {
  const [r = 0, g = 0, b = 0] = colour.map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
