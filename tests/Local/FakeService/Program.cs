using System.Collections;
using System.Diagnostics;

// A service that does as its environment says, so that the runner meets every kind of service: FAKE_EXIT ends at once with that code,
// FAKE_READY_AFTER is the milliseconds until it calls itself ready (-1: never), FAKE_STUBBORN ignores SIGTERM, FAKE_CHILD starts a process of its own.
var settings = Environment.GetEnvironmentVariables();
Console.WriteLine($"fake {Environment.ProcessId} begins");
if (settings["FAKE_EXIT"] is string code)
{
    Console.Error.WriteLine("fake can't go on: as told");
    return int.Parse(code, System.Globalization.CultureInfo.InvariantCulture);
}
if (settings["FAKE_CHILD"] is not null)
    Process.Start(new ProcessStartInfo("sleep", ["600"]) { UseShellExecute = false });

var app = WebApplication.CreateBuilder(args).Build();
var ready = int.Parse((string?)settings["FAKE_READY_AFTER"] ?? "0", System.Globalization.CultureInfo.InvariantCulture);
var since = Stopwatch.StartNew();
app.MapGet("/health/ready", () => ready >= 0 && since.ElapsedMilliseconds >= ready
    ? Results.Json(new { status = "healthy" })
    : Results.Json(new { status = "unhealthy", checks = new { paint = new { detail = "still wet" } } }, statusCode: 503));
app.MapGet("/environment", () => settings.Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value));
app.MapGet("/folder", () => Environment.CurrentDirectory);
app.MapPost("/crash", () => Environment.Exit(3));
if (settings["FAKE_STUBBORN"] is not null)
{
    using var terminate = System.Runtime.InteropServices.PosixSignalRegistration.Create(
        System.Runtime.InteropServices.PosixSignal.SIGTERM, signal => signal.Cancel = true);
    await app.StartAsync();
    await Task.Delay(Timeout.Infinite);
}
await app.RunAsync();
return 0;
