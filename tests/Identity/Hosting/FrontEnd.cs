using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;

namespace EServices.Identity.Tests.Hosting;

/// <summary>A front end and its browser, step by step, so that a test can do any of the steps wrong.</summary>
internal sealed partial class FrontEnd(HttpClient browser) : IDisposable
{
    public const string Redirect = "http://127.0.0.1:5173/signed-in";

    public string Verifier { get; } = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public HttpClient Browser => browser;

    /// <summary>The address of the authorization request of <c>web</c>; a null value leaves a parameter out.</summary>
    public string Authorize(params (string Name, string? Value)[] other)
    {
        var fields = new Dictionary<string, string?>
        {
            ["client_id"] = "web",
            ["response_type"] = "code",
            ["redirect_uri"] = Redirect,
            ["scope"] = "openid profile email phone roles offline_access",
            ["state"] = "of-the-test",
            ["nonce"] = "n-1",
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
            ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in other)
            fields[name] = value;
        return QueryHelpers.AddQueryString("/connect/authorize", fields.Where(field => field.Value is not null));
    }

    public Task<HttpResponseMessage> GetAsync(string address) => browser.GetAsync(new Uri(address, UriKind.RelativeOrAbsolute));

    /// <summary>Opens the sign-in page that an authorization request leads to.</summary>
    public async Task<string> SignInPageAsync(string authorize)
    {
        using var sent = await GetAsync(authorize);
        Assert.Equal(HttpStatusCode.Redirect, sent.StatusCode);
        Assert.StartsWith("/connect/sign-in?", sent.Headers.Location!.OriginalString, StringComparison.Ordinal);
        return await browser.GetStringAsync(sent.Headers.Location);
    }

    /// <summary>Sends a form of a page, with its hidden fields and these.</summary>
    public Task<HttpResponseMessage> SubmitAsync(string page, string action, params (string Name, string Value)[] typed)
    {
        var form = Regex.Match(page, $"""<form [^>]*action="{action}".*?</form>""", RegexOptions.Singleline);
        Assert.True(form.Success, $"No form to {action} in: {page}");
        var fields = Hidden().Matches(form.Value).Select(match => KeyValuePair.Create(match.Groups[1].Value, WebUtility.HtmlDecode(match.Groups[2].Value)))
            .Concat(typed.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return browser.PostAsync(new Uri(action, UriKind.Relative), new FormUrlEncodedContent(fields));
    }

    /// <summary>From the authorization request to the answer at the redirect address.</summary>
    public async Task<Dictionary<string, string>> SignInStaffAsync(string email, string password, string? authorize = null)
    {
        var page = await SignInPageAsync(authorize ?? Authorize());
        using var back = await SubmitAsync(page, "/connect/sign-in/staff", ("email", email), ("password", password));
        Assert.True(back.StatusCode == HttpStatusCode.Redirect, await back.Content.ReadAsStringAsync());
        return await AnswerAsync(back.Headers.Location!.OriginalString);
    }

    /// <summary>What an authorization request that needs no page is answered with.</summary>
    public async Task<Dictionary<string, string>> AnswerAsync(string authorize)
    {
        using var answer = await GetAsync(authorize);
        Assert.True(answer.StatusCode == HttpStatusCode.Redirect, await answer.Content.ReadAsStringAsync());
        Assert.StartsWith(Redirect, answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
        return QueryHelpers.ParseQuery(answer.Headers.Location.Query).ToDictionary(field => field.Key, field => field.Value.ToString());
    }

    public Task<JsonElement> ExchangeAsync(string code, params (string Name, string Value)[] other) => TokenAsync(
        [("grant_type", "authorization_code"), ("client_id", "web"), ("redirect_uri", Redirect), ("code_verifier", Verifier), ("code", code), .. other]);

    public Task<JsonElement> RefreshAsync(string token) => TokenAsync(("grant_type", "refresh_token"), ("client_id", "web"), ("refresh_token", token));

    /// <summary>The answer's JSON, whatever its status; a later field wins over an earlier one of its name.</summary>
    public async Task<JsonElement> TokenAsync(params (string Name, string Value)[] fields)
    {
        var last = fields.GroupBy(field => field.Name).Select(same => KeyValuePair.Create(same.Key, same.Last().Value));
        using var response = await browser.PostAsync(new Uri("/connect/token", UriKind.Relative), new FormUrlEncodedContent(last));
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    public void Dispose() => browser.Dispose();

    [GeneratedRegex("""<input type="hidden" name="([^"]*)" value="([^"]*)">""")]
    private static partial Regex Hidden();
}

internal static class JsonReading
{
    public static string? Text(this JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.ToString() : null;
}
