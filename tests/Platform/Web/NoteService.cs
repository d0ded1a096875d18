using EServices.Platform.Hosting;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;
using EServices.Platform.Web;
using EServices.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace EServices.Platform.Tests.Web;

/// <summary>The smallest service that stands on the platform: one document, a few endpoints.</summary>
internal sealed class NoteService : IAsyncDisposable
{
    private readonly string? folder;
    private readonly WebApplication app;
    private int handled;

    private NoteService(WebApplication app, string? folder) => (this.app, this.folder) = (app, folder);

    /// <summary>Set by a test to hold a request inside its handler.</summary>
    public TaskCompletionSource? Hold { get; set; }

    public int Handled => Volatile.Read(ref handled);

    public IServiceProvider Services => app.Services;

    /// <param name="declare">What the service declares beside its notes.</param>
    /// <param name="services">Further services, registered first.</param>
    /// <param name="keep">Leaves the folder to the next one.</param>
    public static async Task<NoteService> StartAsync(
        bool sandbox = false, string? folder = null, IEventSender? sender = null, Action<PlatformBuilder>? declare = null, Action<IServiceCollection>? services = null,
        bool keep = false, params (string Key, string Value)[] settings)
    {
        folder ??= Directory.CreateTempSubdirectory("eservices-notes-").FullName;
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseTestServer();
        builder.Configuration["ConnectionStrings:rabbitmq"] = "amqp://guest:guest@127.0.0.1:1";
        builder.Configuration["ConnectionStrings:notes"] = $"sqlite:{Path.Combine(folder, "notes.db")}";
        builder.Configuration["Pack:Path"] = Path.Combine(Repository.Root, "deploy", "packs", "jk");
        builder.Configuration["ESERVICES_PUBLIC_URL"] = TestTokens.Issuer;
        builder.Configuration["ESERVICES_SANDBOX"] = sandbox ? "true" : "false";
        foreach (var (key, value) in settings)
            builder.Configuration[key] = value;
        services?.Invoke(builder.Services);
        builder.AddPlatform("notes", platform =>
        {
            platform.Documents(Note.Map);
            declare?.Invoke(platform);
        });
        builder.Services.RemoveAll<IHostedService>(descriptor => descriptor.ImplementationType?.Assembly.GetName().Name?.StartsWith("MassTransit", StringComparison.Ordinal) == true);
        builder.Services.Replace(ServiceDescriptor.Singleton(sender ?? new RecordingSender()));
        builder.Services.PostConfigure<Microsoft.AspNetCore.Authentication.JwtBearer.JwtBearerOptions>("Bearer", TestTokens.Accept);
        var app = builder.Build();
        var service = new NoteService(app, keep ? null : folder);
        app.UsePlatform();
        service.Map();
        await app.StartAsync();
        return service;
    }

    public HttpClient Client(string? subject = "someone", string role = Roles.Helpline)
    {
        var client = app.GetTestClient();
        if (subject is not null)
            client.DefaultRequestHeaders.Authorization = new("Bearer", TestTokens.For([role], subject, DateTimeOffset.UtcNow));
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        if (folder is not null)
            Directory.Delete(folder, recursive: true);
    }

    private void Map()
    {
        var api = app.MapApi();
        api.MapPost("/notes", async (NewNote note, Once once, DocumentStore<Note> notes, CancellationToken cancellationToken) =>
        {
            Interlocked.Increment(ref handled);
            if (note.Text == "fail")
                throw new InvalidOperationException("broken");
            if (Hold is { } hold)
                await hold.Task;
            var made = new Note($"not_{note.Text}", note.Text);
            return await once.SaveAsync(notes, made, TypedResults.Created($"/api/v1/notes/{made.Id}", new NoteView(made.Id, made.Text)), cancellationToken);
        }).Once<Note>().Allow(Roles.Helpline);
        api.MapGet("/notes", async (Paging paging, DocumentStore<Note> notes, CancellationToken cancellationToken) =>
            (await notes.ListAsync(Note.ByText.All, paging.Cursor, paging.Limit, cancellationToken)).Select(note => new NoteView(note.Id, note.Text)));
        api.MapGet("/notes/{id}", async (string id, HttpContext http, DocumentStore<Note> notes, CancellationToken cancellationToken) =>
        {
            var note = await notes.GetAsync(id, cancellationToken);
            http.Tell(note);
            return new NoteView(note.Id, note.Text);
        });
        api.MapPut("/notes/{id}", async Task<IResult> (string id, NewNote change, HttpContext http, DocumentStore<Note> notes, CancellationToken cancellationToken) =>
        {
            var note = await notes.GetAsync(id, cancellationToken);
            if (http.Precondition(note) is { } changed)
                return changed;
            note.Rewrite(change.Text);
            await notes.SaveAsync(note, cancellationToken);
            http.Tell(note);
            return TypedResults.Ok(new NoteView(note.Id, note.Text));
        });
        api.MapGet("/boom", IResult () => throw new InvalidOperationException("a secret of ours"));
    }

    internal sealed record NewNote(string Text, int Stars = 0);

    internal sealed record NoteView(string Id, string Text);
}

internal sealed class Note : Document
{
    public static readonly DocumentMap<Note> Map = new("notes");
    public static readonly DocumentIndex<Note> ByText = Map.Unique("by_text", note => note.Text);

    public Note(string id, string text)
        : base(id) => Text = text;

    private Note() => Text = "";

    public string Text { get; private set; }

    public void Rewrite(string text) => Text = text;

    public void Tell(object fact) => Raise(fact);
}

file static class ServiceCollectionFilter
{
    public static void RemoveAll<T>(this IServiceCollection services, Func<ServiceDescriptor, bool> which)
    {
        foreach (var descriptor in services.Where(descriptor => descriptor.ServiceType == typeof(T) && which(descriptor)).ToList())
            services.Remove(descriptor);
    }
}
