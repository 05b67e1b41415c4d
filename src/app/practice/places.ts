/**
 * Who and what stands in the practice province. Places are fictional, people are invented, and everything that is sent
 * there is exercise traffic.
 */
import { USUAL_RIGHTS } from '#model/usual.ts';
import type { Right } from '#wire/directory.ts';

export interface PracticePerson {
  readonly person: string;
  readonly name: string;
  readonly position: string;
  readonly title: string;
  readonly rights: readonly Right[];
}

export interface PracticePlace {
  readonly station: string;
  readonly site: string;
}

export const ORGANISATION = 'Tỉnh thực hành (diễn tập)';

export const HUB: PracticePlace = { station: 'trung-tam', site: 'Sở chỉ huy (diễn tập)' };
export const RELAY: PracticePlace = { station: 'chuyen-tiep', site: 'Trạm trung chuyển Mai Sơn (diễn tập)' };
export const POST: PracticePlace = { station: 'don', site: 'Đồn Sốp Cộp (giả định, diễn tập)' };

export const HUB_OFFICE = { code: 'vp', name: 'Văn phòng UBND tỉnh (diễn tập)', symbol: 'UBND-VP' };
export const POST_OFFICE = { code: 'don', name: 'Đồn Sốp Cộp (giả định)', symbol: 'ĐSC' };

/** The registrar is the hub's clerk. */
export const CLERK_OF_HUB: PracticePerson = { person: 'anh', name: 'Nguyễn Thị Ánh', position: 'vp-vt', title: 'Văn thư', rights: [...USUAL_RIGHTS.clerk, 'flash'] };
export const DRAFTER: PracticePerson = { person: 'khue', name: 'Đặng Ngọc Khuê', position: 'vp-cv', title: 'Chuyên viên', rights: USUAL_RIGHTS.drafter };
export const SIGNATORY_OF_HUB: PracticePerson = { person: 'minh', name: 'Lò Văn Minh', position: 'vp-pct', title: 'Phó Chủ tịch', rights: USUAL_RIGHTS.leader };
export const CLERK_OF_POST: PracticePerson = { person: 'thao', name: 'Vàng Thị Thảo', position: 'don-vt', title: 'Văn thư đồn', rights: USUAL_RIGHTS.clerk };
export const COMMANDER: PracticePerson = { person: 'son', name: 'Cầm Văn Sơn', position: 'don-dt', title: 'Đồn trưởng', rights: USUAL_RIGHTS.leader };
