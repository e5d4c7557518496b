/** A canvas with as many pixels as the screen has there; its pen counts in CSS pixels. */
export function sized(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const scale = Math.max(1, devicePixelRatio);
  const [columns, rows] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== columns || canvas.height !== rows) {
    canvas.width = columns;
    canvas.height = rows;
    canvas.style.setProperty('block-size', `${height}px`);
  }
  const pen = canvas.getContext('2d');
  pen?.setTransform(columns / width, 0, 0, rows / height, 0, 0);
  return pen;
}
