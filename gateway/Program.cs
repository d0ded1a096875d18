using EServices.Gateway.Access;
using EServices.Gateway.Caching;
using EServices.Gateway.Documents;
using EServices.Gateway.Health;
using EServices.Gateway.Limits;
using EServices.Gateway.Operations;
using EServices.Gateway.Routing;
using EServices.Gateway.Sandbox;
using EServices.Platform.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddFloor("gateway");
builder.AddDestinations();
builder.AddForwarding();
builder.AddBrowserRules();
builder.AddCallerLimits();
builder.AddPublicCache();
builder.AddJoinedDocument();
builder.AddDeadLetterOperations();
builder.AddSandboxTime();

var app = builder.Build();
app.UseBrowserRules();
// More than any one service is let have: see Bulkheads.
app.UseFloor(atOnce: 2_048, waiting: 1_024);
app.UseTokenGate();
app.UseRateLimiter();
app.UseOutputCache();
app.MapForwarding();
app.MapDocuments();
app.MapDeadLetterOperations();
app.MapSandboxTime();
await app.RunAsync();
