export type { ReportData, ReportInput } from './reportData.ts';
export { reportFileNames, reportFiles } from './reportFiles.ts';
export { readExtras } from './runExtras.ts';
export { verifyReport, type Verification } from './verifyReport.ts';
export { writeReport } from './writeReport.ts';
