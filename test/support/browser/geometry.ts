/** Geometry: what lies wrongly in a page, as a person would see it: out of the picture, cut off, or one over the other. */
import type { Page } from "playwright-core";

/** In words; empty when everything lies where it can be seen and pressed. */
export const misplaced = (page: Page): Promise<readonly string[]> =>
  page.evaluate(`(${inPage})()`) as Promise<readonly string[]>;

const inPage = `() => {
  const faults = [];
  const name = (one) => one.tagName.toLowerCase() + "." + String(one.getAttribute("class") ?? "").split(" ")[0] + " " +
    JSON.stringify((one.getAttribute("aria-label") ?? one.textContent ?? "").trim().slice(0, 40));
  const scrolls = (one, axis) => {
    for (let box = one.parentElement; box !== null; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (["auto", "scroll"].includes(axis === "x" ? style.overflowX : style.overflowY)) return box;
      if (box.tagName === "svg" || box.closest(".drawing-box") === box) return box;
    }
    return undefined;
  };
  const root = document.scrollingElement;
  if (root.scrollWidth > innerWidth) faults.push("the page is " + root.scrollWidth + " wide in a window of " + innerWidth);
  if (root.scrollHeight > innerHeight + 1) faults.push("the page is " + root.scrollHeight + " high in a window of " + innerHeight);

  const controls = [...document.querySelectorAll("button, a[href], input, select, textarea, [role=tab], [role=slider]")]
    .filter((one) => one.closest("svg") === null && one.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
    .map((one) => ({ one, box: one.getBoundingClientRect() }))
    .filter(({ one, box }) => box.width > 1 && box.height > 1 && !one.matches(".skip, .unseen") && one.closest(".unseen") === null);
  for (const { one, box } of controls) {
    if ((box.left < -1 || box.right > innerWidth + 1) && scrolls(one, "x") === undefined) faults.push(name(one) + " is cut off at the side");
    if ((box.top < -1 || box.bottom > innerHeight + 1) && scrolls(one, "y") === undefined) faults.push(name(one) + " is cut off above or below");
  }
  const seen = controls.filter(({ one, box }) => {
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return false;
    const top = document.elementFromPoint(x, y);
    return top !== null && (one.contains(top) || top.contains(one));
  });
  for (const [n, a] of seen.entries())
    for (const b of seen.slice(n + 1)) {
      if (a.one.contains(b.one) || b.one.contains(a.one)) continue;
      const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
      const high = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
      if (wide > 2 && high > 2) faults.push(name(a.one) + " and " + name(b.one) + " lie over each other");
    }
  for (const one of document.querySelectorAll("button, h1, h2, h3, h4, dt, th, label, [role=tab]")) {
    if (!one.checkVisibility() || one.closest("svg") !== null || one.closest(".unseen") !== null) continue;
    const style = getComputedStyle(one);
    const hides = ["hidden", "clip"].includes(style.overflowX) && style.textOverflow !== "ellipsis";
    if (hides && one.scrollWidth > one.clientWidth + 2) faults.push(name(one) + " is cut");
  }
  return faults;
}`;
