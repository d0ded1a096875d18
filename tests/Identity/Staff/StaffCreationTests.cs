using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EServices.Identity.Tests.Hosting;
using EServices.Platform.Web;

namespace EServices.Identity.Tests.Staff;

/// <summary>Who may make an account, and on which addresses.</summary>
public sealed class StaffCreationTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly IdentityHost host = shared.Host;
    private readonly string email = SharedHost.NewEmail();

    [Theory]
    [InlineData(Roles.Citizen)]
    [InlineData(Roles.Officer)]
    [InlineData(Roles.Operations)]
    public async Task Accounts_AreTheAdministratorsBusiness(string role)
    {
        using var client = host.As(role, "someone");

        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync(new Uri("/api/v1/identity/staff", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await CreateAsync(client, email)).StatusCode);
        using var nobody = host.Anonymous();
        Assert.Equal(HttpStatusCode.Unauthorized, (await CreateAsync(nobody, email)).StatusCode);
    }

    [Theory]
    [InlineData("someone@gmail.com")]
    [InlineData("someone@jk.gov.in.evil.example")]
    [InlineData("someone@mail.jk.gov.in")]
    [InlineData("someone@evil-jk.gov.in")]
    [InlineData("someone@evil.example@jk.gov.in")]
    [InlineData("some one@jk.gov.in")]
    [InlineData("\"someone@evil.example \"@jk.gov.in")]
    [InlineData("someone@jk.gov.in.")]
    [InlineData("someone@jk.gоv.in")]
    [InlineData("someone@xn--jk.gv-sra.in")]
    [InlineData("someone@jk。gov.in")]
    [InlineData("someone@JK.gov.in\u200B")]
    [InlineData("someone@csc.sandbox.jk.gov.in")]
    [InlineData("@jk.gov.in")]
    public async Task Create_OnAnyOtherDomain_IsRefused(string address)
    {
        using var administrator = host.Administrator();

        using var answer = await CreateAsync(administrator, address);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("/email", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors")[0].Text("pointer"));
    }

    [Fact]
    public async Task Create_ForAnOperator_TakesAContractorsDomain()
    {
        using var administrator = host.Administrator();

        Assert.Equal(HttpStatusCode.Created, (await CreateAsync(administrator, "new@csc.sandbox.jk.gov.in", Roles.Operator)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await CreateAsync(administrator, "two@csc.sandbox.jk.gov.in", Roles.Operator, Roles.Officer)).StatusCode);
    }

    [Fact]
    public async Task Create_Twice_IsRefused_WhateverTheCapitals()
    {
        using var administrator = host.Administrator();

        Assert.Equal(HttpStatusCode.Created, (await CreateAsync(administrator, email)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await CreateAsync(administrator, email.ToUpperInvariant())).StatusCode);
    }

    [Fact]
    public async Task Create_WithEverythingWrong_TellsItAllAtOnce()
    {
        using var administrator = host.Administrator();

        using var answer = await administrator.PostAsJsonAsync("/api/v1/identity/staff", new { email = "x@y.example", name = "", roles = new[] { "emperor" }, lgd = "planet:3" });

        var pointers = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").EnumerateArray().Select(error => error.Text("pointer"));
        Assert.Equal(["/email", "/lgd", "/name", "/roles"], pointers.Order(StringComparer.Ordinal));
    }

    private static Task<HttpResponseMessage> CreateAsync(HttpClient client, string email, params string[] roles) =>
        client.PostAsJsonAsync("/api/v1/identity/staff", new { email, name = "Someone", roles = roles.Length == 0 ? [Roles.Officer] : roles });
}
