# A night's work for the Windows Task Scheduler (task.xml). Settings come from ongoing.toml in this folder. Run it again whenever
# it ended early: nothing is done twice.
#
# No test runs this script: the machines of the tests have no PowerShell.
$ErrorActionPreference = 'Continue'
Set-Location -LiteralPath $PSScriptRoot
$env:ONGOING_LOG_FORMAT = 'plain'
$ongoing = Join-Path $PSScriptRoot 'ongoing.exe'
$log = Join-Path $PSScriptRoot 'ongoing.log'
$failed = 0

function Step([string] $arguments) {
    # Through cmd, so that the log keeps the bytes of the program: PowerShell 5 would write UTF-16.
    cmd /d /c "`"$ongoing`" $arguments >> `"$log`" 2>&1"
    $code = $LASTEXITCODE
    if ($code -eq 75) {
        # The outcome is unknown, or the service is busy: once more, a little later.
        Start-Sleep -Seconds 60
        cmd /d /c "`"$ongoing`" $arguments >> `"$log`" 2>&1"
        $code = $LASTEXITCODE
    }
    if ($code -ne 0) { $script:failed = $code }
}

Step 'push articles articles.csv --map articles.toml'
Step 'push orders orders.jsonl'
Step 'pull orders --since last-sync --out changed-%Y%m%dT%H%M%SZ.jsonl'
Step 'report orders --out picked.jsonl'
exit $failed
