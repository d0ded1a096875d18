using EServices.Identity.Accounts;
using EServices.Identity.Front;
using EServices.Identity.Guard;
using EServices.Identity.Keys;
using EServices.Identity.OneTimeCodes;
using EServices.Identity.OpenIdConnect.Stores;
using EServices.Identity.Passwords;
using EServices.Identity.Staff;
using EServices.Platform.Hosting;
using EServices.Platform.Packs;
using Microsoft.AspNetCore.HttpOverrides;

namespace EServices.Identity;

internal static class IdentityHosting
{
    public static PlatformBuilder IdentityDocuments(this PlatformBuilder platform) => platform
        .Documents(Citizen.Map)
        .Documents(StaffMember.Map)
        .Documents(OneTimeCode.Map)
        .Documents(Attempts.Map)
        .Documents(StoredKey.Map)
        .Documents(ClientApplication.Map)
        .Documents(Grant.Map)
        .Documents(IssuedToken.Map)
        .Documents(ScopeEntry.Map);

    public static void AddIdentity(this WebApplicationBuilder app)
    {
        app.Services.AddSingleton<AccountBook>();
        app.Services.AddSingleton<Throttle>();
        app.Services.AddSingleton<CitizenDoor>();
        app.Services.AddSingleton<StaffDoor>();
        app.Services.AddSingleton<OfficialMail>();
        app.Services.AddSingleton<PasswordHasher>();
        app.Services.AddSingleton(services => new PasswordRules(WordsOf(services.GetRequiredService<StatePack>())));
        app.Services.AddSingleton<PageLanguages>();
        app.Services.AddSingleton<Pages>();
        app.Services.AddSingleton<Tickets>();
        app.Services.AddSingleton<StaffSeed>();
        app.Services.AddSingleton(new Announcements(Console.Out));
        app.Services.AddSingleton<Housekeeping>();
        app.Services.AddHostedService(services => services.GetRequiredService<Housekeeping>());
        app.Services.AddHostedService<FirstThings>();
        // At their usual level both tell addresses with their queries and forms with their fields: mobile numbers, verifiers, hints of who signs in.
        app.Logging.AddFilter("OpenIddict", LogLevel.Warning).AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        Session.Add(app);
        TrustGateway(app);
    }

    /// <summary>
    /// Throttling is by the caller's address, which the gateway forwards. It is believed from loopback and from the networks that
    /// <c>Identity:GatewayNetworks</c> names (CIDR): anyone else could claim any address.
    /// </summary>
    private static void TrustGateway(WebApplicationBuilder app) => app.Services.Configure<ForwardedHeadersOptions>(options =>
    {
        options.ForwardedHeaders = ForwardedHeaders.XForwardedFor;
        foreach (var network in app.Configuration.GetSection("Identity:GatewayNetworks").GetChildren())
            options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network.Value ?? ""));
    });

    /// <summary>What a guesser knows of this state: its names, the helpline's, the departments'.</summary>
    private static IEnumerable<string> WordsOf(StatePack pack) =>
        pack.About.Name.Texts.Values
            .Concat(pack.About.Helpline.Name.Texts.Values)
            .Concat(pack.Departments.SelectMany(department => department.Name.Texts.Values))
            .Concat(pack.About.Mail.Official)
            .Concat([pack.About.Id, pack.About.Helpline.Number, "eservices"]);
}
