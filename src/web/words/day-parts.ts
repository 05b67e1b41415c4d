/** What stands in a day field where nothing is typed yet; React Aria knows how in seventy languages, and not in Vietnamese. */
export const DAY_PARTS = {
  en: { day: 'dd', month: 'mm', year: 'yyyy' },
  vi: { day: 'ngày', month: 'tháng', year: 'năm' },
} as const;
