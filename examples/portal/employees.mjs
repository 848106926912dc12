/**
 * Two employees for trying it out. A real platform looks them up in its own user table and keeps
 * there, once and for all, which zcbot user id belongs to whom; zcbot itself only knows the id.
 */
export const EMPLOYEES = [
  {
    id: 'a',
    name: { 'zh-CN': '用户 A', en: 'User A' },
    department: { 'zh-CN': '研发部', en: 'Engineering' },
    zcbotUserId: 'a0000000-0000-4000-8000-000000000001',
  },
  {
    id: 'b',
    name: { 'zh-CN': '用户 B', en: 'User B' },
    department: { 'zh-CN': '市场部', en: 'Marketing' },
    zcbotUserId: 'b0000000-0000-4000-8000-000000000002',
  },
];

export function findEmployee(id) {
  return EMPLOYEES.find((employee) => employee.id === id);
}
