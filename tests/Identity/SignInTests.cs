using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using EServices.Identity.Tests.Hosting;
using EServices.Local.Demo;
using Microsoft.IdentityModel.JsonWebTokens;

namespace EServices.Identity.Tests;

/// <summary>The front ends' way in, as the demonstration and the journeys go it.</summary>
public sealed class SignInTests
{
    [Fact]
    public async Task Citizen_WithTheCode_GetsATokenThatNamesTheirMobile()
    {
        await using var host = new IdentityHost();
        using var gateway = host.Anonymous();

        var token = await SignIn.CitizenAsync(gateway, "9906000001", () => host.CodeAsync("+919906000001"));

        var claims = new JsonWebToken(token);
        Assert.Equal("at+jwt", claims.Typ);
        Assert.StartsWith("cit_", claims.Subject);
        Assert.Equal("+919906000001", claims.GetPayloadValue<string>("phone_number"));
        Assert.Equal(["citizen"], claims.GetPayloadValue<string[]>("role"));
        Assert.Equal(["eservices"], claims.Audiences);
        gateway.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var me = await gateway.GetFromJsonAsync<JsonElement>("/api/v1/identity/me");
        Assert.Equal(claims.Subject, me.GetProperty("subject").GetString());
    }

    [Fact]
    public async Task Staff_WithTheirPassword_GetATokenThatNamesTheirRolesAndAddress()
    {
        await using var host = new IdentityHost();
        await host.StaffAsync("tehsildar@jk.gov.in", roles: ["officer", "appellate"]);
        using var gateway = host.Anonymous();

        var token = await SignIn.StaffAsync(gateway, "tehsildar@jk.gov.in", IdentityHost.NewPassword);

        var claims = new JsonWebToken(token);
        Assert.StartsWith("stf_", claims.Subject);
        Assert.Equal(["officer", "appellate"], claims.GetPayloadValue<string[]>("role"));
        Assert.Equal("tehsildar@jk.gov.in", claims.GetPayloadValue<string>("email"));
        Assert.Equal(["pwd"], claims.GetPayloadValue<string[]>("amr"));
        Assert.Equal(host.Clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds(), claims.GetPayloadValue<long>("exp"));
    }
}
