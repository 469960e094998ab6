// Before the first paint: the theme somebody chose here, else the system's.
try {
  const theme = localStorage.getItem('tollgate.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage that is switched off leaves the system's theme.
}
