using EServices.Gateway.Access;
using EServices.Gateway.Caching;
using EServices.Gateway.Documents;
using EServices.Gateway.Health;
using EServices.Gateway.Limits;
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
builder.AddSandboxTime();

var app = builder.Build();
app.UseBrowserRules();
app.UseFloor();
app.UseTokenGate();
app.UseRateLimiter();
app.UseOutputCache();
app.MapForwarding();
app.MapDocuments();
app.MapSandboxTime();
await app.RunAsync();
