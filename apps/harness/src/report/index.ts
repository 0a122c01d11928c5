export { reportFiles, writeReport } from './writeReport.ts';
export type { ReportData, ReportInput } from './reportData.ts';
