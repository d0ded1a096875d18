using System.Text.RegularExpressions;
using MongoDB.Driver;

namespace EServices.Platform.Storage.Mongo;

/// <summary>What the server's and the driver's errors mean here.</summary>
internal static partial class MongoFaults
{
    /// <summary>A repeat may succeed, and whether the failed try was carried out is open: a lost connection, an election, a time limit.</summary>
    public static bool IsPassing(Exception fault) => fault switch
    {
        MongoConnectionException or MongoConnectionPoolPausedException or MongoWaitQueueFullException => true,
        MongoNotPrimaryException or MongoNodeIsRecoveringException or MongoExecutionTimeoutException or MongoCursorNotFoundException => true,
        // Written, but not yet by a majority.
        MongoWriteConcernException => true,
        MongoWriteException write => write.WriteError is null && write.WriteConcernError is not null,
        MongoBulkWriteException write => write.WriteErrors.Count == 0 && write.WriteConcernError is not null,
        MongoException labelled when labelled.HasErrorLabel("RetryableWriteError") || labelled.HasErrorLabel("TransientTransactionError") => true,
        // Host unreachable, network timeout, shutdown, interrupted, exceeded time limit, write conflict.
        MongoCommandException command => command.Code is 6 or 7 or 50 or 64 or 89 or 91 or 112 or 189 or 262 or 9001 or 11600 or 11601 or 11602,
        // No server to be found within the selection's time.
        TimeoutException => true,
        _ => false,
    };

    /// <summary>Nothing was sent yet.</summary>
    public static bool IsBeforeSending(Exception fault) => fault is TimeoutException or MongoConnectionPoolPausedException or MongoWaitQueueFullException;

    /// <summary>The name of the unique index that refused a write, or null if it failed for another reason.</summary>
    public static string? IndexOfDuplicate(Exception fault)
    {
        var message = fault switch
        {
            MongoWriteException { WriteError: { Category: ServerErrorCategory.DuplicateKey } error } => error.Message,
            MongoCommandException { Code: 11000 or 11001 } command => command.Message,
            _ => null,
        };
        return message is null ? null : IndexName().Match(message) is { Success: true } match ? match.Groups[1].Value : "";
    }

    /// <summary>As in: <c>E11000 duplicate key error collection: db.bills index: by_number dup key: { d.number: "n1" }</c>.</summary>
    [GeneratedRegex(@"index: (\S+)")]
    private static partial Regex IndexName();
}
