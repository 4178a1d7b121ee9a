/**
 * A system that forces its own colours on pages (Windows contrast themes) is followed like a high-contrast theme: classes
 * on the root say so to the style sheet, and what watches the theme draws anew.
 */
export function followForcedColours(): void {
  const forced = matchMedia('(forced-colors: active)');
  const light = matchMedia('(prefers-color-scheme: light)');
  const follow = () => {
    const { classList } = document.documentElement;
    classList.toggle('forced', forced.matches);
    classList.toggle('forced-light', forced.matches && light.matches);
  };
  follow();
  forced.addEventListener('change', follow);
  light.addEventListener('change', follow);
}
