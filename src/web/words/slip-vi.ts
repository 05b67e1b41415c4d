/** Words of the sheet that a registrar gives to a newcomer, Vietnamese: the source. */
export const slipVi = {
  ask: 'Giấy cho người mới', askFor: 'Giấy cho {name}', what: 'Những điều người mới phải biết để vào. In ra, hoặc chép vào thư gửi họ.',
  address: 'Địa chỉ', addressUnknown: '{blank} (hỏi người trông trạm {site})', addressHow: 'Chưa có địa chỉ cho máy khác. Làm ở phòng Trạm và đường truyền:', organisation: 'Tổ chức', seat: 'Chức vụ', seal: 'Mã chức vụ giữ dấu cơ quan',
  go: 'Mở địa chỉ trên bằng trình duyệt của máy mà bạn sẽ dùng.',
  make: 'Bấm “{makeNew}”, ghi họ tên và mã[, cả “{seal}”,] đúng như trên, đặt một mật khẩu chỉ mình bạn biết, rồi bấm “{make}”.',
  give: 'Bấm “{download}” và đưa tệp cho {registrars}. Trong tệp không có gì bí mật.',
  read: 'Gọi {registrars} và đọc dấu vân tay hiện trên trang.',
  wait: 'Cứ để trang mở: được nhận rồi trang tự vào.',
  unlock: 'Mở địa chỉ trên bằng chính trình duyệt đã tạo thiết bị, nhập mật khẩu của bạn rồi bấm “{unlock}”.',
  askSeal: 'Vào Danh bạ, mở chức vụ {title}, bấm “{sealAsk}”, đưa tệp cho {registrars} và đọc dấu vân tay: chưa có dấu thì chưa gửi và chưa mở điện được.',
  desk: 'Việc chờ bạn nằm ở Bàn làm việc.',
  card: 'Vào Cài đặt, in thẻ khôi phục và thử nó: mất máy hay quên mật khẩu thì lấy lại được.',
  help: 'Cần giúp thì hỏi {registrars}, người giữ danh bạ.',
  noSecret: 'Giấy này không có gì bí mật. Không ai được hỏi mật khẩu của bạn.',
  print: 'In',
};
