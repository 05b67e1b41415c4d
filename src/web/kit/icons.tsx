/** Drawn for these pages, on a grid of 20, in the colour of the text beside them. */
import type { ReactNode } from 'react';

function Icon({ children }: { readonly children: ReactNode }) {
  return <svg className="icon" viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round">{children}</svg>;
}

export const SunIcon = () => <Icon><circle cx="10" cy="10" r="3.6" /><path d="M10 1.8v2M10 16.2v2M1.8 10h2M16.2 10h2M4.2 4.2l1.4 1.4M14.4 14.4l1.4 1.4M15.8 4.2l-1.4 1.4M5.6 14.4l-1.4 1.4" /></Icon>;
export const MoonIcon = () => <Icon><path d="M16.5 11.8A7 7 0 1 1 8.2 3.5a5.6 5.6 0 0 0 8.3 8.3z" /></Icon>;
export const CheckIcon = () => <Icon><path d="M4 10.5l4 4 8-9" /></Icon>;
export const ShieldIcon = () => <Icon><path d="M10 2.5l6 2.2v4.6c0 3.8-2.5 6.9-6 8.2-3.5-1.3-6-4.4-6-8.2V4.7z" /><path d="M7.3 9.8l2 2 3.4-3.8" /></Icon>;
export const EyeIcon = () => <Icon><path d="M1.8 10S4.8 4.8 10 4.8 18.2 10 18.2 10 15.2 15.2 10 15.2 1.8 10 1.8 10z" /><circle cx="10" cy="10" r="2.4" /></Icon>;
export const FileIcon = () => <Icon><path d="M5 2.5h6.5L15.5 6.500V17.500H5z" /><path d="M11.500 2.500V6.500h4" /></Icon>;
export const CrossIcon = () => <Icon><path d="M5 5l10 10M15 5L5 15" /></Icon>;
export const ArrowIcon = () => <Icon><path d="M4 10h12M11 5l5 5-5 5" /></Icon>;
export const SearchIcon = () => <Icon><circle cx="8.8" cy="8.8" r="5.3" /><path d="M12.8 12.8l4.2 4.200" /></Icon>;
export const PrintIcon = () => <Icon><path d="M6 7V3h8v4M6 14H3.500V7h13v7H14" /><path d="M6 11.500h8V17H6z" /></Icon>;
export const BackIcon = () => <Icon><path d="M16 10H4M9 5l-5 5 5 5" /></Icon>;
export const CalendarIcon = () => <Icon><path d="M3.500 4.500h13v12h-13zM3.500 8.500h13M7 2.500v3M13 2.500v3" /></Icon>;
