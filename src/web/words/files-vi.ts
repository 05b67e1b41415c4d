/** Words of files of a dispatch or draft. */
export const filesVi = {
  title: 'Tệp kèm theo', look: 'Xem', lookAt: 'Xem {name}', save: 'Tải về', cancel: 'Hủy', opening: 'Đang lấy và mở tệp',
  saveTitle: 'Tải {name} về máy này?',
  saveWhat: 'Tệp sẽ nằm trên ổ đĩa máy này ở dạng đã mở, ngoài sự bảo vệ của Trạm: ai dùng được máy đều đọc được, và xóa đi chưa chắc đã hết. Việc tải về được ghi vào sổ cái của trạm. Chỉ cần đọc thì hãy bấm Xem.',
  saved: 'Đã ghi {name} xuống máy này.',
  frame: 'Nội dung {name}', page: 'Trang {number}/{all}', putAway: 'Cất đi',
  drawing: 'Đang dựng trang…', untraced: 'Chỉ xem: không ghi gì xuống máy này.',
  partly: 'Tệp có thể còn phần không hiện ở đây: ghi chú, ô điền, lớp, mã lệnh, tệp nằm trong tệp, hoặc hình sau hình đầu. Chương trình khác và bản in có thể hiện nhiều hơn; ký là ký cả tệp.',
  partlyShort: 'có thể không hiện hết',
  failed: 'Không xem được tệp này ở đây: tệp hỏng, hoặc không đúng loại như tên của nó.',
  failedTake: 'Nếu cần, hãy tải về và mở bằng chương trình riêng.',
  unseen: 'Tệp không có nút Xem thì trang này không mở được, và tệp của bản thảo chỉ tải về được sau khi gửi. Cần biết trong đó có gì trước khi ký thì hãy hỏi người soạn.',
  tooLong: 'Tệp còn dài hơn; phần sau không hiện ở đây.',
} as const;
