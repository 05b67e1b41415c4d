/** Lời của lệnh theo dõi trực tiếp. */
import { EVENT_WORDS } from '#core/event-words.ts';
export const watchVi = {
  commands: { watch: 'theo dõi trực tiếp việc ở các cơ quan của mình: điện đến, đã nhận gửi, báo nhận, bản thảo, đường nối; chỉ mã, không nội dung' },
  options: { after: 'bắt đầu sau mục này của sổ cái (mặc định chỉ việc mới)' },
  watch: {
    closed: 'đã đóng (gửi hoặc bỏ)',
    watching: 'Đang theo dõi: {offices}. Dừng: Ctrl-C.',
    lost: 'Mất liên lạc với trạm; thử lại sau {seconds} giây. {reason}',
    event: EVENT_WORDS.vi,
  },
};
