/** Words of the stations and links, Vietnamese: the source. */
export const stationsVi = {
  title: 'Trạm và đường truyền',
  from: 'Nhìn từ {site}; đợt {incarnation}; phiên bản {version}.',
  stale: 'Chưa tới được trạm: đây là những gì thấy lần trước.',
  alone: 'Trạm này chưa nối với trạm nào. Người giữ danh bạ mời trạm mới: tram station invite.',
  described: '{from} nối {to}: {state}.',
  state: { up: 'thông', down: 'đứt', stopped: 'dừng', unseen: 'trạm này không thấy' },
  stoppedWhy: 'Một bên đã khôi phục từ bản sao: mở đợt mới bằng tram station reopen.',
  table: 'Đường truyền của trạm này',
  column: { site: 'Trạm', state: 'Trạng thái', queue: 'Chờ gửi', oldest: 'Chờ lâu nhất', numbers: 'Số cuối gửi / nhận', rate: 'Tốc độ', met: 'Gặp lần cuối', incarnation: 'Đợt' },
  queued: '{count} mục {precedence}', nothing: 'không có gì chờ', never: 'chưa gặp',
  rate: '{sent} gửi, {received} nhận mỗi phút',
  unseen: '{count} đường nối giữa các trạm khác vẽ theo danh bạ: trạm này không thấy chúng thông hay đứt.',
  border: 'Tổ chức khác: thỏa thuận đang có hiệu lực ở cả hai bên.',
  borderRefused: 'Từ chối kết nối: {why}',
  disk: {
    low: 'Đĩa của trạm sắp đầy: còn {free}.',
    'no-parts': 'Đĩa còn {free}: trạm từ chối tệp kèm mới.',
    'no-dispatches': 'Đĩa còn {free}: trạm từ chối cả điện mới.',
  },
};
