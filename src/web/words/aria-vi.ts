/**
 * What React Aria says by itself, to who listens and in calendars, in Vietnamese, which it does not speak. One constant for
 * each of its parts, named as src/app/pages/aria.ts asks for them; a part that has none here may not be in the pages.
 */
type Say = Readonly<Record<string, string | ((args: Readonly<Record<string, string>>, format: Formatter) => string)>>;

interface Formatter {
  readonly select: (choices: Readonly<Record<string, string | (() => string)>>, value: string | undefined) => string;
}

export const ariaDatepicker: Say = {
  era: 'kỷ nguyên', year: 'năm', month: 'tháng', day: 'ngày', hour: 'giờ', minute: 'phút', second: 'giây', dayPeriod: 'sáng hay chiều',
  calendar: 'Lịch', startDate: 'Ngày đầu', endDate: 'Ngày cuối', weekday: 'thứ', timeZoneName: 'múi giờ',
  selectedDateDescription: ({ date }) => `Ngày đã chọn: ${date}`,
  selectedRangeDescription: ({ startDate, endDate }) => `Đã chọn từ ${startDate} đến ${endDate}`,
  selectedTimeDescription: ({ time }) => `Giờ đã chọn: ${time}`,
};

export const ariaCalendar: Say = {
  previous: 'Trước', next: 'Sau',
  selectedDateDescription: ({ date }) => `Ngày đã chọn: ${date}`,
  selectedRangeDescription: ({ dateRange }) => `Đã chọn: ${dateRange}`,
  todayDate: ({ date }) => `Hôm nay, ${date}`, todayDateSelected: ({ date }) => `Hôm nay, ${date}, đã chọn`, dateSelected: ({ date }) => `${date}, đã chọn`,
  startRangeSelectionPrompt: 'Bấm để chọn ngày đầu', finishRangeSelectionPrompt: 'Bấm để chọn ngày cuối',
  minimumDate: 'Ngày sớm nhất chọn được', maximumDate: 'Ngày muộn nhất chọn được',
  dateRange: ({ startDate, endDate }) => `${startDate} đến ${endDate}`,
};

export const ariaCombobox: Say = {
  focusAnnouncement: ({ groupTitle, groupCount, optionText, isGroupChange, isSelected }, { select }) =>
    `${select({ true: `Vào nhóm ${groupTitle}, có ${groupCount} mục. `, other: '' }, isGroupChange)}${optionText}${select({ true: ', đã chọn', other: '' }, isSelected)}`,
  countAnnouncement: ({ optionCount }) => `Có ${optionCount} mục.`,
  selectedAnnouncement: ({ optionText }) => `${optionText}, đã chọn`,
  buttonLabel: 'Xem các gợi ý', listboxLabel: 'Gợi ý',
};

/** Not "Đóng": what stands in the frame has a button of that name. */
export const ariaOverlays: Say = { dismiss: 'Khép lại' };
export const ariaSpinbutton: Say = { Empty: 'Trống' };
export const ariaSearchfield: Say = { 'Clear search': 'Xóa ô tìm' };
export const ariaMenu: Say = { longPressMessage: 'Nhấn giữ, hoặc bấm Alt + Mũi tên xuống, để mở danh mục' };
export const ariaGrid: Say = {
  deselectedItem: ({ item }) => `Đã bỏ chọn ${item}.`, select: 'Chọn',
  selectedCount: ({ count }) => `Đã chọn ${count} mục.`, selectedAll: 'Đã chọn mọi mục.', selectedItem: ({ item }) => `Đã chọn ${item}.`,
  longPressToSelect: 'Nhấn giữ để bắt đầu chọn.',
};
export const ariaTag: Say = { removeDescription: 'Bấm Delete để bỏ nhãn.', removeButtonLabel: 'Bỏ' };
export const ariaAutocomplete: Say = { collectionLabel: 'Gợi ý' };
export const statelyDatepicker: Say = {
  rangeUnderflow: ({ minValue }) => `Phải từ ${minValue} trở đi.`, rangeOverflow: ({ maxValue }) => `Phải đến ${maxValue} là cùng.`,
  rangeReversed: 'Ngày đầu phải trước ngày cuối.', unavailableDate: 'Ngày này không chọn được.',
};
export const components: Say = {
  selectPlaceholder: 'Chọn một mục', tableResizer: 'Chỉnh độ rộng', dropzoneLabel: 'Chỗ thả tệp', colorSwatchPicker: 'Các màu',
};
