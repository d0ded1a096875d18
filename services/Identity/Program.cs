using EServices.Identity;
using EServices.Identity.Accounts;
using EServices.Identity.Clients;
using EServices.Identity.Front;
using EServices.Identity.OneTimeCodes;
using EServices.Identity.OpenIdConnect;
using EServices.Identity.Passwords;
using EServices.Identity.Staff;
using EServices.Platform.Hosting;
using EServices.Platform.Web;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatform("identity", platform => platform.IdentityDocuments());
builder.AddIdentity();
builder.AddOpenIdConnect();

var app = builder.Build();
app.UseForwardedHeaders();
app.UsePublicAddress();
app.UsePlatform();
app.MapOpenIdConnect();
app.MapSignIn();
app.MapSandboxStaff();

var api = app.MapApi();
api.MapOneTimeCodes();
api.MapPasswords();
api.MapStaff();
api.MapClients();
api.MapMe();
await app.RunAsync();

public partial class Program;
