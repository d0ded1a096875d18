using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EServices.Local.Demo;

/// <summary>
/// Signs in as a front end does, through the gateway, and returns an access token. Stands on <see cref="HttpClient"/> alone, so that the demonstration and the
/// tests share it. Every call is a browser of its own, whatever cookies the client keeps.
/// </summary>
#if TESTS_SIGN_IN
public static partial class SignIn
#else
internal static partial class SignIn
#endif
{
    /// <summary>A public client of the platform that may answer to any loopback address.</summary>
    private const string Client = "cli";

    private const string RedirectUri = "http://127.0.0.1/callback";
    private const string Scopes = "openid profile email phone roles offline_access";
    private const string OtpGrant = "urn:eservices:params:oauth:grant-type:otp";
    private const int LongestChain = 10;

    /// <summary>Together, over all that is told.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Staff, by authorization code with PKCE: opens the sign-in page, fills its form in, follows to the answer and exchanges the code.
    /// </summary>
    /// <param name="gateway">Its base address is the gateway's.</param>
    /// <exception cref="SignInException">Something else was answered than a sign-in.</exception>
    public static async Task<string> StaffAsync(HttpClient gateway, string email, string password, CancellationToken cancellationToken = default)
    {
        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var state = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        var browser = new Browser(gateway);
        // form_post and prompt=login: the answer is a page rather than a redirect to a port where nobody listens, and no session of an earlier call counts.
        var page = await browser.GetAsync("/connect/authorize?" + Query(
            ("client_id", Client), ("response_type", "code"), ("response_mode", "form_post"), ("redirect_uri", RedirectUri), ("scope", Scopes),
            ("state", state), ("prompt", "login"), ("code_challenge_method", "S256"),
            ("code_challenge", Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))))), cancellationToken);

        var form = FormTo("/connect/sign-in/staff").Match(page);
        if (!form.Success)
            throw new SignInException($"No sign-in form was answered: {Summary(page)}");
        var fields = HiddenFields(form.Value);
        (fields["email"], fields["password"]) = (email, password);
        var answer = HiddenFields(await browser.PostAsync("/connect/sign-in/staff", fields, cancellationToken));
        if (!answer.TryGetValue("code", out var code))
            throw new SignInException($"{email} was not signed in: {answer.GetValueOrDefault("error_description") ?? Summary(browser.Last)}");
        if (answer.GetValueOrDefault("state") != state)
            throw new SignInException("The answer belongs to another request.");
        return await TokenAsync(gateway, cancellationToken,
            ("grant_type", "authorization_code"), ("client_id", Client), ("redirect_uri", RedirectUri), ("code", code), ("code_verifier", verifier));
    }

    /// <summary>A citizen, by the code that is sent to their mobile number.</summary>
    /// <param name="readCode">Called once the code is on its way; returns it when it has arrived.</param>
    public static async Task<string> CitizenAsync(HttpClient gateway, string mobile, Func<Task<string>> readCode, CancellationToken cancellationToken = default)
    {
        await AskForCodeAsync(gateway, mobile, cancellationToken);
        return await TokenAsync(gateway, cancellationToken,
            ("grant_type", OtpGrant), ("client_id", Client), ("scope", Scopes), ("mobile", mobile), ("code", await readCode()));
    }

    /// <summary>Codes are limited by number and by network: who is told to come again does so.</summary>
    private static async Task AskForCodeAsync(HttpClient gateway, string mobile, CancellationToken cancellationToken)
    {
        for (var left = LongestWait; ;)
        {
            using var asked = await gateway.PostAsJsonAsync("/api/v1/identity/otp", new { mobile }, cancellationToken);
            if (asked.StatusCode != HttpStatusCode.TooManyRequests || asked.Headers.RetryAfter?.Delta is not { } wait || wait > left)
            {
                await EnsureAsync(asked, cancellationToken);
                return;
            }
            left -= wait;
            await Task.Delay(wait, cancellationToken);
        }
    }

    private static async Task<string> TokenAsync(HttpClient gateway, CancellationToken cancellationToken, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var response = await gateway.PostAsync("/connect/token", form, cancellationToken);
        await EnsureAsync(response, cancellationToken);
        return (await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("access_token").GetString()!;
    }

    private static async Task EnsureAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
            throw new SignInException($"{response.RequestMessage?.RequestUri?.AbsolutePath} answered {(int)response.StatusCode}: {Summary(await response.Content.ReadAsStringAsync(cancellationToken))}");
    }

    private static string Query(params (string Name, string Value)[] fields) =>
        string.Join('&', fields.Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value)}"));

    private static Dictionary<string, string> HiddenFields(string html)
    {
        var fields = new Dictionary<string, string>();
        foreach (var input in Input().Matches(html).Select(match => match.Value))
        {
            var (name, value) = (Name().Match(input), Value().Match(input));
            if (input.Contains("\"hidden\"", StringComparison.Ordinal) && name.Success && value.Success)
                fields[name.Groups[1].Value] = WebUtility.HtmlDecode(value.Groups[1].Value);
        }
        return fields;
    }

    /// <summary>What a page said, for a message: its alert, or its beginning.</summary>
    private static string Summary(string body)
    {
        var alert = Alert().Match(body);
        var text = WebUtility.HtmlDecode(Tag().Replace(alert.Success ? alert.Value : body, " ")).Trim();
        return text.Length > 300 ? text[..300] : text;
    }

    private static Regex FormTo(string action) => new($"""<form [^>]*action="{Regex.Escape(action)}".*?</form>""", RegexOptions.Singleline);

    [GeneratedRegex("<input [^>]*>")]
    private static partial Regex Input();

    [GeneratedRegex("name=\"([^\"]*)\"")]
    private static partial Regex Name();

    [GeneratedRegex("value=\"([^\"]*)\"")]
    private static partial Regex Value();

    [GeneratedRegex("<p role=\"alert\".*?</p>", RegexOptions.Singleline)]
    private static partial Regex Alert();

    [GeneratedRegex("<(style|script).*?</\\1>|<[^>]*>", RegexOptions.Singleline)]
    private static partial Regex Tag();

    /// <summary>Follows redirects and keeps cookies by itself, so that it works with a client that does neither; one that does both is no harm.</summary>
    private sealed class Browser(HttpClient gateway)
    {
        private readonly Dictionary<string, string> cookies = [];

        public string Last { get; private set; } = "";

        public Task<string> GetAsync(string address, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, address, null, cancellationToken);

        public Task<string> PostAsync(string address, Dictionary<string, string> fields, CancellationToken cancellationToken) =>
            SendAsync(HttpMethod.Post, address, fields, cancellationToken);

        private async Task<string> SendAsync(HttpMethod method, string address, Dictionary<string, string>? fields, CancellationToken cancellationToken)
        {
            for (var step = 0; step < LongestChain; step++)
            {
                using var request = new HttpRequestMessage(method, address);
                if (fields is not null)
                    request.Content = new FormUrlEncodedContent(fields);
                if (cookies.Count > 0)
                    request.Headers.Add("Cookie", string.Join("; ", cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
                using var response = await gateway.SendAsync(request, cancellationToken);
                Keep(response);
                if ((int)response.StatusCode is < 300 or >= 400 || response.Headers.Location is not { } next)
                    return Last = await response.Content.ReadAsStringAsync(cancellationToken);
                // Always to the gateway, also where it is reached by another name than its public one.
                (method, address, fields) = (HttpMethod.Get, next.IsAbsoluteUri ? next.PathAndQuery : next.OriginalString, null);
            }
            throw new SignInException($"Signing in was redirected more than {LongestChain} times.");
        }

        private void Keep(HttpResponseMessage response)
        {
            if (!response.Headers.TryGetValues("Set-Cookie", out var set))
                return;
            foreach (var pair in set.Select(cookie => cookie.Split(';')[0].Split('=', 2)).Where(pair => pair.Length == 2))
                cookies[pair[0]] = pair[1];
        }
    }
}

/// <summary>Signing in did not end in a token; the message says what was answered instead.</summary>
#if TESTS_SIGN_IN
public sealed class SignInException(string message) : Exception(message);
#else
internal sealed class SignInException(string message) : Exception(message);
#endif
