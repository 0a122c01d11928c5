export type { ReportData, ReportInput } from './reportData.ts';
export { reportFiles, writeReport } from './writeReport.ts';
