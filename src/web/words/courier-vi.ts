/** Words of mail by courier, Vietnamese: the source. */
export const courierVi = {
  title: 'Thư đi bằng thẻ nhớ',
  what: 'Khi đường truyền đứt, người giao thông mang thẻ nhớ (USB) có cùng những điện ấy, vẫn niêm phong. Đọc lại lần nữa cũng không sao. Báo nhận về bằng chính thẻ ấy, hoặc qua đường truyền khi nối lại.',
  write: {
    ask: 'Mang bằng thẻ nhớ', title: 'Ghi thẻ nhớ cho {site}', what: 'Trạm ghi những gì đang chờ gửi, gấp trước; báo nhận và danh bạ đi kèm. Điện vẫn nằm ở hàng chờ tới khi bên kia báo đã nhận.',
    which: 'Ghi điện nào', isNone: 'Hãy chọn ít nhất một độ khẩn.',
    stick: 'Một thẻ chứa được', sticks: { 16: '16 MB', 64: '64 MB', 512: '512 MB', 1024: '1 GB', 2048: '2 GB', 4096: '4 GB trở lên' },
    most: 'Ghi nhiều nhất bao nhiêu MB', mostHint: 'để trống: hết những gì đang chờ, chia ra nhiều thẻ nếu cần', mostShape: 'Một số nguyên từ 1.',
    again: 'Ghi cả những gì đang đi trên thẻ khác',
  },
  writtenTitle: 'Thẻ đã ghi',
  writing: 'Trạm đang ghi thẻ cho {site}: {items} điện, {size}', failed: 'Không ghi được thẻ cho {site}.',
  written: 'Gói số {number} gửi {site}, ghi {time}: {items} điện, {size}, còn chờ báo nhận {waiting}:',
  state: { 'under-way': 'đang đi', missing: 'có thể đã mất', done: 'đã tới', withdrawn: 'đã rút khỏi đường này', empty: 'không phải chờ gì' },
  withdrawn: '{count} mục đã rút khỏi đường này khi {site} chưa trả lời[, trong đó {requeued} mục lại đang chờ, theo đường này hoặc đường khác].',
  left: {
    underWay: 'Không ghi lại {count} điện hoặc báo nhận đang đi ở gói số {bundles}.', precedence: 'Vẫn chờ vì khác độ khẩn: {count}.',
    size: 'Chưa ghi vào gói này vì quá cỡ cho phép, vẫn chờ: {count}.',
  },
  volume: 'Thẻ {volume} trên {volumes}: {size}', save: 'Chép ra thẻ', saveWhat: 'Chép ra thẻ {volume}', saved: 'Đã chép.',
  eject: 'Tháo thẻ an toàn rồi mới rút.', fetched: 'Đã chép đủ', drop: 'Không mang gói này', stop: 'Thôi ghi',
  read: 'Đọc thẻ nhớ', reading: 'Đang đọc…',
  came: {
    wasRead: 'Đã đọc trước đây (gói số {number} của {site}, thẻ {volume} trên {volumes}): không có gì thay đổi.',
    read: 'Gói số {number} của {site}, thẻ {volume} trên {volumes}: nhận {taken} điện, {held} điện đã có, từ chối {refused}.',
    settled: '{site} báo đã nhận {count} điện của trạm này.',
    unfinished: 'Chú ý: {count} điện chưa đủ hoặc chưa nhận được. Phần đã đến được giữ lại, phần còn lại đến bằng thẻ khác hay đường truyền.',
    damaged: 'Chú ý: thẻ hỏng ở đoạn {segments}. Hãy chép lại tệp này rồi đọc lần nữa, hoặc chờ gói sau.',
    notes: 'Kèm theo {count} báo nhận.', cut: 'Chú ý: tệp bị cụt, chỉ có {size} trên {of}. Phần nguyên vẹn đã nhận; hãy chép lại tệp này rồi đọc lần nữa.',
    toCome: 'Gói này còn thẻ {volumes} chưa đọc.', goesOn: 'Đã đọc; một điện còn tiếp ở thẻ khác. Gói này còn thẻ {volumes} chưa đọc.',
    continues: 'Chú ý: thẻ này nối tiếp một điện từ thẻ {before}, mà phần ấy chưa có ở đây. Hãy đọc thẻ {before} trước, rồi đọc lại thẻ này.', notRead: 'Thẻ này chưa tính là đã đọc.',
  },
  next: {
    open: '{taken} điện mới chờ mở ở Bàn làm việc.', openFlash: '{taken} điện mới chờ mở ở Bàn làm việc, trong đó {flash} HỎA TỐC.',
    home: 'Trả lời cho {site}: bấm Mang bằng thẻ nhớ ở đường nối ấy, và để người giao thông chờ mang về.',
  },
  lackingTitle: 'Còn thiếu', begun: 'Gói số {number} của {site}, ghi {time}: mới đọc một phần, còn phải đọc thẻ {volumes}.', notSeen: 'Gói số {number} của {site}: chưa thấy thẻ nào.',
} as const;
