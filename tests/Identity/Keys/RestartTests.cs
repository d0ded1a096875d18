using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EServices.Contracts.Identity;
using EServices.Identity.OneTimeCodes;
using EServices.Identity.Tests.Hosting;
using EServices.Local.Demo;
using EServices.Platform.Storage;
using EServices.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace EServices.Identity.Tests.Keys;

/// <summary>What a restart keeps, and what the store's files never hold in clear.</summary>
public sealed class RestartTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("eservices-identity-");

    private string StorePath => Path.Combine(folder.FullName, "identity.db");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Restart_KeepsKeysSessionsAndRefreshTokens_AndTellsNoSecretAgain()
    {
        string keys, refreshToken, cookies, announced;
        await using (var before = new IdentityHost(sandbox: true, StorePath))
        {
            await before.StaffAsync("tehsildar@jk.gov.in");
            using var frontEnd = new FrontEnd(before.Anonymous());
            keys = await frontEnd.Browser.GetStringAsync(new Uri("/.well-known/jwks", UriKind.Relative));
            (cookies, var code) = await SignInKeepingCookiesAsync(frontEnd);
            refreshToken = (await frontEnd.ExchangeAsync(code)).Text("refresh_token")!;
            announced = before.Announced.ToString();
        }

        await using var after = new IdentityHost(sandbox: true, StorePath);
        // A seeded chance makes the same ids at the same moment again.
        after.Clock.Advance(TimeSpan.FromMinutes(1));
        using var again = new FrontEnd(after.Anonymous());

        Assert.NotEmpty(announced);
        Assert.Equal(keys, await again.Browser.GetStringAsync(new Uri("/.well-known/jwks", UriKind.Relative)));
        Assert.Empty(after.Announced.ToString());
        Assert.NotNull((await again.RefreshAsync(refreshToken)).Text("access_token"));
        again.Browser.DefaultRequestHeaders.Add("Cookie", cookies);
        Assert.NotEmpty((await again.AnswerAsync(again.Authorize(("prompt", "none"))))["code"]);
    }

    [Fact]
    public async Task Store_IsForTheServicesAccountAlone()
    {
        await using var host = new IdentityHost(store: StorePath);
        using var client = host.Anonymous();

        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }
        var files = folder.GetFiles("identity.db*").Where(file => !file.Name.EndsWith(".lock", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(files);
        foreach (var file in files)
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file.FullName));
    }

    [Fact]
    public async Task Secrets_AreNeitherInTheStoreNorInTheLogs()
    {
        var secrets = new List<string>();
        IReadOnlyList<string> log;
        await using (var host = new IdentityHost(sandbox: true, StorePath))
        {
            using var administrator = host.Administrator();
            using var gateway = host.Anonymous();
            secrets.Add(host.FirstSecret);
            await host.StaffAsync("tehsildar@jk.gov.in");
            secrets.Add(IdentityHost.NewPassword);
            await SignIn.StaffAsync(gateway, "tehsildar@jk.gov.in", IdentityHost.NewPassword);
            using var machine = await administrator.PostAsJsonAsync("/api/v1/identity/clients", new { clientId = "machine", name = "Machine", roles = new[] { "operations" } });
            secrets.Add((await machine.Content.ReadFromJsonAsync<JsonElement>()).Text("clientSecret")!);
            using var reset = await gateway.PostAsync(new Uri("/sandbox/staff/tehsildar@jk.gov.in/secret", UriKind.Relative), null);
            secrets.Add((await reset.Content.ReadFromJsonAsync<JsonElement>()).Text("oneTimeSecret")!);
            for (var citizen = 0; citizen < 5; citizen++)
            {
                var mobile = $"+91990600001{citizen}";
                secrets.Add(await SignIn.CitizenAsync(gateway, mobile, () => host.CodeAsync(mobile)));
                // With its key, as the event has it: six digits alone turn up by chance in a file of hashes and times.
                secrets.Add($"\"code\":\"{host.Published.OfType<OneTimeCodeIssued>().Last().Code}\"");
            }
            Assert.Equal(5, secrets.Count(secret => secret.StartsWith("\"code\"", StringComparison.Ordinal)));
            Assert.Contains(host.Published.OfType<OneTimeCodeIssued>(), issued => JsonSerializer.Serialize(issued, Platform.Messaging.ContractJson.Options).Contains($"\"code\":\"{issued.Code}\"", StringComparison.Ordinal));
            var keeper = host.Services.GetRequiredService<IKeeper>();
            await Eventually.HoldsAsync(
                async () => await keeper.OldestUnsentAsync(OneTimeCode.Map.Collection, CancellationToken.None) is null, () => "an event still waits to be sent");
            log = host.Log.Lines;
        }

        var content = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(StorePath));
        // The scan sees what is there: addresses are.
        Assert.Contains("tehsildar@jk.gov.in", content, StringComparison.Ordinal);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, content, StringComparison.Ordinal));
        Assert.NotEmpty(log);
        Assert.All(secrets, secret => Assert.DoesNotContain(log, line => line.Contains(secret, StringComparison.Ordinal)));
        Assert.DoesNotContain(log, line => line.Contains("990600001", StringComparison.Ordinal));
    }

    private static async Task<(string Cookies, string Code)> SignInKeepingCookiesAsync(FrontEnd frontEnd)
    {
        var page = await frontEnd.SignInPageAsync(frontEnd.Authorize());
        using var back = await frontEnd.SubmitAsync(page, "/connect/sign-in/staff", ("email", "tehsildar@jk.gov.in"), ("password", IdentityHost.NewPassword));
        var answer = await frontEnd.AnswerAsync(back.Headers.Location!.OriginalString);
        return (string.Join("; ", back.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0])), answer["code"]);
    }
}
