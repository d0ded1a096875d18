using System.Net.Http.Json;
using System.Text.Json;
using EServices.Contracts.Identity;
using EServices.Identity.Keys;
using EServices.Identity.Staff;
using EServices.Platform.Web;
using EServices.Testing;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace EServices.Identity.Tests.Hosting;

/// <summary>Identity in this process, with what it logs and announces kept. Its own API takes both the tests' tokens and its own.</summary>
public sealed class IdentityHost : ServiceHost<Program>
{
    public const string NewPassword = "chinar leaves turn copper late";

    public IdentityHost(bool sandbox = false, string? store = null)
        : base("identity")
    {
        if (sandbox)
            Settings["ESERVICES_SANDBOX"] = "true";
        if (store is not null)
            Settings["ConnectionStrings:identity"] = $"sqlite:{store}";
        Replace = services =>
        {
            services.Replace(ServiceDescriptor.Singleton(new Announcements(Announced)));
            services.AddSingleton<ILoggerProvider>(Log);
            services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
                .PostConfigure<OwnConfiguration>((options, own) => options.ConfigurationManager = own);
        };
    }

    public StringWriter Announced { get; } = new();

    internal KeptLog Log { get; } = new();

    public string FirstSecret => Announced.ToString().Split("one-time secret: ")[1].Trim();

    public HttpClient Administrator() => As(Roles.Administrator, "stf_test_administrator");

    /// <summary>A browser: cookies, no redirects followed.</summary>
    public HttpClient Browser() => CreateClient(new Microsoft.AspNetCore.Mvc.Testing.WebApplicationFactoryClientOptions { AllowAutoRedirect = false, HandleCookies = true });

    /// <summary>Makes an account by the administrator's API and sets its password, as a person would.</summary>
    public async Task<string> StaffAsync(string email, string password = NewPassword, params string[] roles)
    {
        using var administrator = Administrator();
        var made = await administrator.PostAsJsonAsync("/api/v1/identity/staff", new { email, name = "Test Person", roles = roles.Length == 0 ? [Roles.Officer] : roles });
        made.EnsureSuccessStatusCode();
        var account = await made.Content.ReadFromJsonAsync<JsonElement>();
        using var person = Anonymous();
        var changed = await person.PostAsJsonAsync(
            "/api/v1/identity/password", new { email, secret = account.GetProperty("oneTimeSecret").GetString(), newPassword = password });
        changed.EnsureSuccessStatusCode();
        return account.GetProperty("id").GetString()!;
    }

    /// <summary>The newest sign-in code sent to a number.</summary>
    public async Task<string> CodeAsync(string mobile)
    {
        await PublishedAsync<OneTimeCodeIssued>(issued => issued.Mobile == mobile && issued.ExpiresAt > Clock.GetUtcNow());
        return Published.OfType<OneTimeCodeIssued>().Last(issued => issued.Mobile == mobile).Code;
    }
}

/// <summary>Everything that was logged, as text.</summary>
internal sealed class KeptLog : ILoggerProvider, ILogger
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> lines = new();

    public IReadOnlyList<string> Lines => [.. lines];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception} {(state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs) : "")}");

    public void Dispose()
    {
    }
}
