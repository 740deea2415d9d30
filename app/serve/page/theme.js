// Loaded before the page is drawn, so that nothing flashes in other colours or moves.
"use strict";
document.documentElement.classList.add("with-scripts");
try {
  const theme = localStorage.getItem("dragoman.theme");
  if (theme) document.documentElement.dataset.theme = JSON.parse(theme);
} catch {
  // A browser that keeps nothing, or has kept something else: the system's colours.
}
